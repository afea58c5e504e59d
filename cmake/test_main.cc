// The main of every unit test program. It is its own object because compiling it is slow.

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#ifdef __SANITIZE_THREAD__
/// The calls of programs race for descriptors because they are told to; that is no race of ours.
extern "C" const char* __tsan_default_suppressions() { return "race:raw_\n"; }
#endif
