// How a failed call of the harness itself is told to a person.

#include "harness/executor/harness_error.h"

#include <cstring>

namespace epollcheck {

HarnessError cannot(const char* action, int error, const char* advice) {
    std::string what = std::string("cannot ") + action + ": " + std::strerror(error) + ".";
    if (*advice != '\0') {
        what += ' ';
        what += advice;
    }
    return {what};
}

}  // namespace epollcheck
