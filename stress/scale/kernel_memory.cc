// Kernel memory. See kernel_memory.h.

#include "stress/scale/kernel_memory.h"

#include <fstream>
#include <limits>
#include <sstream>

namespace epollcheck::scale {

double kernel_memory_bytes(const std::string& name) {
    std::ifstream file("/proc/meminfo");
    for (std::string label; file >> label;) {
        double kibibytes = 0;
        if (label == name + ":" && file >> kibibytes) {
            return kibibytes * 1024;
        }
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return -1;
}

SlabCache slab_cache(const std::string& name) {
    std::ifstream file("/proc/slabinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string cache;
        double all = 0;
        SlabCache found;
        if (words >> cache >> found.objects >> all >> found.object_bytes && cache == name) {
            return found;
        }
    }
    return {};
}

double watch_bytes_by_limit() {
    constexpr double kShareOfMemory = 25;  // one part in
    double watches = 0;
    std::ifstream file("/proc/sys/fs/epoll/max_user_watches");
    const double memory = kernel_memory_bytes("MemTotal");
    return file >> watches && watches > 0 && memory > 0 ? memory / kShareOfMemory / watches : -1;
}

}  // namespace epollcheck::scale
