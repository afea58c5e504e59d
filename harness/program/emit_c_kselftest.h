// Emitted C files in the style of the kernel's own tests (tools/testing/selftests): a TEST with
// assertions of kselftest_harness.h in the place of main.

#pragma once

#include <string>

#include "harness/program/emit_c_calls.h"

namespace epollcheck {

/// The statements that make `call` and assert `wanted`, which is a condition on its result.
std::string kselftest_statement(const CCall& call, const std::string& wanted);

/// The name of a test, from the id of its program.
std::string kselftest_name(const std::string& id);

/// `text`, what stands in front of tests, with the harness, and its way to say that the machine
/// lacks something.
std::string with_kselftest_harness(std::string text);

}  // namespace epollcheck
