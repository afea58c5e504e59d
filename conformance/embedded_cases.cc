// The cases that the binary carries, so that an installed epollcheck needs no files beside it.
//
// cmake/embed_cases.py writes the inside of the array from conformance/cases.

#include "conformance/case_suite.h"

namespace epollcheck {

namespace {

// Not constexpr: clang counts the letters of all of it and gives up.
const CaseText kCases[] = {
#include "conformance/embedded_cases.inc"
};

}  // namespace

std::span<const CaseText> embedded_cases() {
    // From pointer and size: without any case the array has no elements, and a range of it no type.
    return {static_cast<const CaseText*>(kCases), sizeof kCases / sizeof(CaseText)};
}

}  // namespace epollcheck
