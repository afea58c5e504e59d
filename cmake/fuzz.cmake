# The fuzzer: its library with the programs that it carries, and libFuzzer's loop for
# `epollcheck fuzz` where that is installed. The loop is a library without a main
# (libclang_rt.fuzzer_no_main of libclang-rt-*-dev), so clang itself is not needed: what guides it
# are the counters of fuzz/feedback.h.

set(fuzz_generated ${CMAKE_BINARY_DIR}/generated/fuzz)
epollcheck_embed(fuzz/seeds .seeds ${fuzz_generated}/embedded_seeds.inc)
epollcheck_embed(fuzz/regressions .ep ${fuzz_generated}/embedded_regressions.inc)
add_custom_target(epollcheck_fuzz_data DEPENDS ${fuzz_generated}/embedded_seeds.inc
                                               ${fuzz_generated}/embedded_regressions.inc)
epollcheck_floor(fuzz fuzz DEPENDS stress conformance expectations wire)

file(GLOB fuzzer_loops
     /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-${CMAKE_SYSTEM_PROCESSOR}.a)
list(SORT fuzzer_loops COMPARE NATURAL)
if(fuzzer_loops AND NOT EPOLLCHECK_SANITIZE)  # its hooks are not those of the sanitizers of g++
  list(GET fuzzer_loops -1 fuzzer_loop)
  target_compile_definitions(epollcheck_fuzz PUBLIC EPOLLCHECK_HAS_FUZZER_LOOP)
  target_link_libraries(epollcheck_fuzz PUBLIC ${fuzzer_loop} Threads::Threads)
endif()
