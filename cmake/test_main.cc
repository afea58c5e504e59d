// The main of every unit test program. It is its own object because compiling it is slow.

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
