// What libFuzzer asks for. See libfuzzer_hooks.h; its names and types are those of
// compiler-rt/include/fuzzer/FuzzerInterface.h.

#include "fuzz/libfuzzer_hooks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fuzz/mutator.h"
#include "fuzz/program_bytes.h"

extern "C" {
// Weak: a program may have the hooks and not libFuzzer.
__attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                   std::size_t most);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned int seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                      const std::uint8_t* right, std::size_t right_size,
                                      std::uint8_t* child, std::size_t most, unsigned int seed);
}

namespace epollcheck {

namespace {

std::optional<Reach> g_reach;
bool g_has_mutated = false;

std::size_t store(const Program& program, std::uint8_t* data, std::size_t most) {
    const wire::Bytes bytes = bytes_of_program(program, most);
    std::ranges::copy(bytes, data);
    return bytes.size();
}

}  // namespace

void set_mutated_reach(std::optional<Reach> reach) { g_reach = reach; }

bool has_mutated() { return g_has_mutated; }

}  // namespace epollcheck

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned int seed) {
    using namespace epollcheck;
    g_has_mutated = true;
    if (!g_reach) {
        return LLVMFuzzerMutate != nullptr ? LLVMFuzzerMutate(data, size, most) : size;
    }
    Program program;
    program_from_bytes({data, size}, *g_reach, program);
    Mutator(seed, *g_reach).mutate(program);
    return store(program, data, most);
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                      const std::uint8_t* right, std::size_t right_size,
                                      std::uint8_t* child, std::size_t most, unsigned int seed) {
    using namespace epollcheck;
    if (!g_reach) {
        const std::size_t size = std::min(left_size, most);
        std::copy(left, left + size, child);
        return size;
    }
    Program first;
    Program second;
    program_from_bytes({left, left_size}, *g_reach, first);
    program_from_bytes({right, right_size}, *g_reach, second);
    return store(Mutator(seed, *g_reach).cross(first, second), child, most);
}
