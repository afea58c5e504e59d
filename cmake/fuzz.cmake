# The fuzzer: its library with the programs that it carries, and libFuzzer's loop for
# `epollcheck fuzz` where that is installed. The loop is a library without a main
# (libclang_rt.fuzzer_no_main of libclang-rt-*-dev), so clang itself is not needed: what guides it
# are the counters of fuzz/feedback.h.

set(fuzz_generated ${CMAKE_BINARY_DIR}/generated/fuzz)
epollcheck_embed(fuzz/seeds .seeds ${fuzz_generated}/embedded_seeds.inc)
epollcheck_embed(docs findings.md ${fuzz_generated}/embedded_findings.inc)
epollcheck_embed(fuzz/found .ep ${fuzz_generated}/embedded_found.inc)
add_custom_target(epollcheck_fuzz_data DEPENDS ${fuzz_generated}/embedded_seeds.inc
                                               ${fuzz_generated}/embedded_findings.inc
                                               ${fuzz_generated}/embedded_found.inc)
epollcheck_floor(fuzz fuzz DEPENDS stress conformance expectations wire)

file(GLOB fuzzer_loops
     /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-${CMAKE_SYSTEM_PROCESSOR}.a)
list(SORT fuzzer_loops COMPARE NATURAL)
if(fuzzer_loops AND NOT EPOLLCHECK_SANITIZE)  # its hooks are not those of the sanitizers of g++
  list(GET fuzzer_loops -1 fuzzer_loop)
  target_compile_definitions(epollcheck_fuzz PUBLIC EPOLLCHECK_HAS_FUZZER_LOOP)
  target_link_libraries(epollcheck_fuzz PUBLIC ${fuzzer_loop} Threads::Threads)
endif()

# The targets for libFuzzer alone, with clang: the preset `fuzz`. fuzz/build.sh makes the same without
# this.
option(EPOLLCHECK_FUZZ_TARGETS "Build the targets for libFuzzer (with clang)" OFF)
if(EPOLLCHECK_FUZZ_TARGETS)
  add_library(epollcheck_fuzz_targets STATIC fuzz/targets/first_finding.cc fuzz/targets/kernel.cc)
  target_link_libraries(epollcheck_fuzz_targets PUBLIC epollcheck_fuzz)
  foreach(target calls threads difference readers)
    add_executable(fuzz_${target} fuzz/targets/fuzz_${target}.cc)
    target_link_libraries(fuzz_${target} PRIVATE epollcheck_fuzz_targets)
    target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
  endforeach()
  add_executable(write_seeds fuzz/targets/write_seeds.cc)
  target_link_libraries(write_seeds PRIVATE epollcheck_fuzz)
endif()
