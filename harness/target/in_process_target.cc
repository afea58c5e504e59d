// In-process target. See in_process_target.h.

#include "harness/target/in_process_target.h"

#include <sys/utsname.h>

namespace epollcheck {

std::string local_kernel_text() {
    utsname names = {};
    uname(&names);  // fails only for a bad pointer
    return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

}  // namespace epollcheck
