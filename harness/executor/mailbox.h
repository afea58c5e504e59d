// Mailbox: how the interpreter makes a system call in the second process of a program.
//
// The second process serves calls: it waits for a request in memory that both processes share, runs
// the named function with its arguments, and leaves the outcome. Any function of system_calls.h can
// be asked for, so nothing is written twice. A function is named by its distance from an anchor in
// the same program image, because an exec moves the image to another address.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "harness/executor/system_calls.h"
#include "harness/executor/way_to_call.h"

namespace epollcheck {

struct Mailbox {
    static constexpr int kWords = 6;
    using Word = std::uint64_t;
    using Function = system_call::Outcome (*)(const Word*);
    static constexpr std::uint32_t kIdle = 0;
    static constexpr std::uint32_t kRequested = 1;

    std::atomic<std::uint32_t> state = kIdle;  // a futex
    std::atomic<bool> in_call = false;         // the process has begun with the call
    std::int64_t function = 0;                 // distance from the anchor, bytes
    Word words[kWords] = {};
    system_call::Outcome outcome = 0;
    unsigned handled = 0;  // ProgramSignals::handled() of the process

    // What a helper needs to map the same memory and to plug the same numbers.
    int base = 0;              // lowest number that a program can get
    int tick_signal = 0;       // CallTimer::signal()
    bool has_signals = false;  // the program has signals
    WayToCall way = WayToCall::kRaw;
    int descriptor = -1;
    char* mapping = nullptr;
    std::size_t mapping_bytes = 0;
    char* bad_page = nullptr;
    std::size_t page_bytes = 0;
};

/// Serves the requests in `mailbox` for ever: what a second process does.
[[noreturn]] void serve(Mailbox& mailbox);

/// The distance of `function` from the anchor, and back.
std::int64_t function_distance(Mailbox::Function function);

namespace mailbox_words {

template <class Argument>
Mailbox::Word to_word(Argument argument) {
    if constexpr (std::is_pointer_v<Argument>) {
        return reinterpret_cast<std::uintptr_t>(argument);
    } else {
        return static_cast<Mailbox::Word>(argument);
    }
}

template <class Argument>
Argument from_word(Mailbox::Word word) {
    if constexpr (std::is_pointer_v<Argument>) {
        return reinterpret_cast<Argument>(static_cast<std::uintptr_t>(word));
    } else {
        return static_cast<Argument>(word);
    }
}

template <class... Arguments, std::size_t... index>
system_call::Outcome call_with(system_call::Outcome (*call)(Arguments...),
                               const Mailbox::Word* words, std::index_sequence<index...>) {
    return call(from_word<Arguments>(words[index])...);
}

template <class... Arguments>
system_call::Outcome call_with(system_call::Outcome (*call)(Arguments...),
                               const Mailbox::Word* words) {
    static_assert(sizeof...(Arguments) <= Mailbox::kWords);
    return call_with(call, words, std::index_sequence_for<Arguments...>{});
}

/// `call` as a function of words.
template <auto call>
system_call::Outcome of_words(const Mailbox::Word* words) {
    return call_with(call, words);
}

/// Stores the arguments of a call of type `call`, after the conversions that a call would make.
template <class... Arguments>
void store(system_call::Outcome (*)(Arguments...), Mailbox::Word* words,
           std::type_identity_t<Arguments>... arguments) {
    int index = 0;
    ((words[index++] = to_word(arguments)), ...);
}

}  // namespace mailbox_words

}  // namespace epollcheck
