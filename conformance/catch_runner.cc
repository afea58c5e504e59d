// The object that holds Catch2. See catch_runner.h.

// Catch2 would handle SIGINT by giving up in the middle of a case; the command line stops after it.
#define CATCH_CONFIG_NO_POSIX_SIGNALS
#define CATCH_CONFIG_RUNNER
#include "conformance/catch_runner.h"

#include <catch2/catch.hpp>

namespace epollcheck {

void run_registered_tests(const std::string& reporter_name) {
    Catch::Session session;
    session.configData().reporterName = reporter_name;
    session.configData().runOrder = Catch::RunTests::InDeclarationOrder;
    session.run();
}

}  // namespace epollcheck
