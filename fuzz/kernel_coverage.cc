// Kernel coverage. See kernel_coverage.h.

#include "fuzz/kernel_coverage.h"

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace epollcheck {

namespace {

// libFuzzer finds the section by its name, as in feedback.cc.
__attribute__((section("__libfuzzer_extra_counters"), used))
std::uint8_t g_kernel_counters[std::size_t{1} << 14];

constexpr std::size_t kTraceWords = std::size_t{1} << 16;

}  // namespace

void note_kernel_trace(std::span<const std::uint64_t> trace, std::span<std::uint8_t> counters) {
    if (trace.empty()) {
        return;
    }
    const std::uint64_t count = std::min<std::uint64_t>(trace.front(), trace.size() - 1);
    for (const std::uint64_t address : trace.subspan(1, count)) {
        const std::uint64_t hash = address * 0x9e3779b97f4a7c15U;
        counters[(hash >> 32) % counters.size()] = 1;
    }
}

std::span<std::uint8_t> KernelCoverage::counters() { return g_kernel_counters; }

KernelCoverage::KernelCoverage(const char* device) {
    device_ = open(device, O_RDWR | O_CLOEXEC);
    if (device_ < 0 || ioctl(device_, KCOV_INIT_TRACE, kTraceWords) != 0) {
        return;
    }
    void* const memory = mmap(nullptr, kTraceWords * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                              MAP_SHARED, device_, 0);
    if (memory != MAP_FAILED) {
        trace_ = {static_cast<std::uint64_t*>(memory), kTraceWords};
    }
}

KernelCoverage::~KernelCoverage() {
    if (is_on()) {
        munmap(trace_.data(), trace_.size_bytes());
    }
    if (device_ >= 0) {
        close(device_);
    }
}

void KernelCoverage::begin() {
    if (is_on() && ioctl(device_, KCOV_ENABLE, KCOV_TRACE_PC) == 0) {
        __atomic_store_n(&trace_.front(), 0, __ATOMIC_RELAXED);
    }
}

void KernelCoverage::end() {
    if (is_on() && ioctl(device_, KCOV_DISABLE, 0) == 0) {
        note_kernel_trace(trace_, counters());
    }
}

}  // namespace epollcheck
