// Names of errors against the numbers of this machine, which has the generic ABI.

#include "model/vocabulary/error_name.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <set>

namespace epollcheck {

TEST_CASE("error_name: numbers agree with the C library") {
    CHECK(error_name(EPERM) == "EPERM");
    CHECK(error_name(EAGAIN) == "EAGAIN");
    CHECK(error_name(EDEADLK) == "EDEADLK");
    CHECK(error_name(ELOOP) == "ELOOP");
    CHECK(error_name(EBADFD) == "EBADFD");
    CHECK(error_name(EOPNOTSUPP) == "EOPNOTSUPP");
    CHECK(error_name(ECONNREFUSED) == "ECONNREFUSED");
    CHECK(error_name(ECANCELED) == "ECANCELED");
    CHECK(error_name(EHWPOISON) == "EHWPOISON");
    CHECK(error::kEINVAL == EINVAL);
    CHECK(error::kENOTSOCK == ENOTSOCK);
    CHECK(error::kEPROTOTYPE == EPROTOTYPE);
    CHECK(error::kEADDRINUSE == EADDRINUSE);
    CHECK(error::kENOTCONN == ENOTCONN);
}

TEST_CASE("error_name: every number up to the largest survives the way to text and back") {
    for (int number = 1; number <= error::kLargest; ++number) {
        CAPTURE(number);
        CHECK(error_named(error_name(number)) == number);
    }
}

TEST_CASE("error_name: numbers 1 to 133 have names except the two that Linux skips") {
    std::set<int> nameless;
    for (int number = 1; number <= 133; ++number) {
        if (error_name(number).substr(1) == std::to_string(number)) nameless.insert(number);
    }
    CHECK(nameless == std::set<int>{41, 58});
}

TEST_CASE("error_named: second names, and what is no name") {
    CHECK(error_named("EWOULDBLOCK") == EAGAIN);
    CHECK(error_named("ENOTSUP") == EOPNOTSUPP);
    CHECK(error_named("ERESTARTSYS") == 512);
    CHECK(error_named("E2BIG") == E2BIG);
    CHECK(error_named("E999") == 999);
    for (const char* wrong : {"", "E", "EINVALL", "einval", "22", "E0", "E-1", "E4096",
                              "E99999999999", "E9x", "ERR", "INVAL"}) {
        CAPTURE(wrong);
        CHECK_FALSE(error_named(wrong));
    }
}

}  // namespace epollcheck
