// Kernel coverage: what programs reach in the kernel below, where it is built with KCOV and this
// process may use it.
//
// The kernel writes the addresses of the code that a thread runs in system calls into memory that
// it shares. Each is hashed into counters that libFuzzer takes for coverage, beside those of the
// model (feedback.h). Elsewhere all of this does nothing.
//
// Source: Documentation/dev-tools/kcov.rst, <linux/kcov.h>.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace epollcheck {

/// Sets the counter of each address in a trace of KCOV: their number, and then the addresses.
void note_kernel_trace(std::span<const std::uint64_t> trace, std::span<std::uint8_t> counters);

class KernelCoverage {
public:
    static constexpr const char* kDevice = "/sys/kernel/debug/kcov";

    /// The counters that libFuzzer looks at after each run. There is one array in a process.
    static std::span<std::uint8_t> counters();

    /// Off where there is no such device, or it is not permitted.
    explicit KernelCoverage(const char* device = kDevice);
    ~KernelCoverage();
    KernelCoverage(const KernelCoverage&) = delete;
    KernelCoverage& operator=(const KernelCoverage&) = delete;

    [[nodiscard]] bool is_on() const { return !trace_.empty(); }

    /// From here on the calls of this thread are traced ...
    void begin();
    /// ... up to here; then they are counted.
    void end();

private:
    int device_ = -1;
    std::span<std::uint64_t> trace_;
};

}  // namespace epollcheck
