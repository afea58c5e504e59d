// Fuzzer loop. See fuzzer_loop.h.

#include "fuzz/fuzzer_loop.h"

#include <fmt/format.h>
#include <unistd.h>

#include <vector>

#include "fuzz/libfuzzer_hooks.h"

#ifdef EPOLLCHECK_HAS_FUZZER_LOOP
extern "C" int LLVMFuzzerRunDriver(int* argument_count, char*** arguments,
                                   int (*run)(const std::uint8_t* data, std::size_t size));
#endif

namespace epollcheck {

#ifdef EPOLLCHECK_HAS_FUZZER_LOOP

namespace {

FuzzerLoop g_loop;  // libFuzzer takes a function and no object

int run_one(const std::uint8_t* data, std::size_t size) {
    if (!g_loop.run({data, size})) {
        _exit(0);
    }
    return 0;
}

}  // namespace

bool has_fuzzer_loop() { return true; }

void run_fuzzer_loop(FuzzerLoop loop) {
    g_loop = std::move(loop);
    set_mutated_reach(g_loop.reach);
    std::vector<std::string> words{
        "epollcheck",
        fmt::format("-seed={}", g_loop.seed),
        fmt::format("-artifact_prefix={}", g_loop.artifacts),
        "-max_len=4096",
        "-len_control=0",
        fmt::format("-reload={}", g_loop.is_repeatable ? 0 : 1),
        // Signals are those of programs; who ends this process says so by run().
        "-handle_usr1=0",
        "-handle_usr2=0",
        "-handle_int=0",
        "-handle_term=0",
        "-handle_xfsz=0",
        "-timeout=0",       // its alarm would interrupt calls
        "-rss_limit_mb=0",  // its thread is not needed
        "-detect_leaks=0",
        "-print_pcs=0",
        "-verbosity=0",
        // Slow programs have fewer turns.
        fmt::format("-entropic_scale_per_exec_time={}", g_loop.is_repeatable ? 0 : 1),
        g_loop.corpus,
    };
    if (!g_loop.seeds.empty()) {
        words.push_back(g_loop.seeds);
    }
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    int count = static_cast<int>(words.size());
    char** begin = arguments.data();
    _exit(LLVMFuzzerRunDriver(&count, &begin, run_one));
}

#else

bool has_fuzzer_loop() { return false; }

void run_fuzzer_loop(FuzzerLoop) { _exit(1); }

#endif

}  // namespace epollcheck
