// Operations on pseudo terminals.
//
// What is written consists of letters, and of an end of line where the program says so: the model
// follows lengths and lines, so no byte may mean anything else to the line discipline.

#include <poll.h>

#include <array>

#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr std::size_t kMostLetters = 4096;

}  // namespace

Result Interpreter::write_letters(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (operation.length > kMostLetters) {  // more than is modelled
        return plain(patiently(!table_.never_waits(fd), [&] {
            return system_call::write(fd, memory_.zeros(), operation.length);
        }));
    }
    std::array<char, kMostLetters> letters;
    letters.fill('a');
    if (operation.kind == OperationKind::kWriteLine && operation.length > 0) {
        letters[operation.length - 1] = '\n';
    }
    return plain(patiently(!table_.never_waits(fd), [&] {
        return system_call::write(fd, letters.data(), operation.length);
    }));
}

Result Interpreter::terminal_call(const Operation& operation) {
    if (operation.kind == OperationKind::kWriteLine) {
        return write_letters(operation);
    }
    return plain(system_call::set_terminal_mode(number_of(operation.fd),
                                                (operation.flags & flag::kCanonical) != 0));
}

/// Looks at every terminal. A look at one that has nothing to read waits until all that is in
/// flight to it has arrived.
void Interpreter::fetch_input() const {
    table_.for_each_terminal([](int number) {
        unsigned short revents = 0;
        system_call::poll_once(number, POLLIN, revents);
    });
}

}  // namespace epollcheck
