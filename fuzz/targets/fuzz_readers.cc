// Target for libFuzzer: hostile bytes for everything that reads what others wrote.

#include <cstdio>
#include <cstdlib>

#include "fuzz/reader_subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (const auto wrong = epollcheck::read_hostile({data, size})) {
        std::fprintf(stderr, "FINDING %s\n", wrong->c_str());
        std::abort();
    }
    return 0;
}
