# How a floor of the house becomes a library, its *_test.cc files a test program, and data files code.

add_library(epollcheck_flags INTERFACE)
target_include_directories(epollcheck_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(epollcheck_flags INTERFACE -Wall -Wextra -Werror)
if(EPOLLCHECK_SANITIZE)
  target_compile_options(epollcheck_flags INTERFACE -fsanitize=${EPOLLCHECK_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer
                         # It opens a pipe to look at an object, and takes an object for bad where
                         # a test has left no descriptors.
                         -fno-sanitize=vptr)
  target_link_options(epollcheck_flags INTERFACE -fsanitize=${EPOLLCHECK_SANITIZE})
endif()

if(EPOLLCHECK_TESTS)
  enable_testing()
  # Catch2's main takes 20 s to compile, so all test programs share one object, and its header as
  # precompiled. Tests are not optimized: that would be most of the time that compiling them takes.
  add_library(epollcheck_test_main OBJECT cmake/test_main.cc cmake/test_headers.cc)
  target_link_libraries(epollcheck_test_main PUBLIC epollcheck_flags Catch2::Catch2)
  target_precompile_headers(epollcheck_test_main PRIVATE <catch2/catch.hpp>)
  set_source_files_properties(cmake/test_main.cc PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_compile_options(epollcheck_test_main PUBLIC -O0 $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# epollcheck_floor(NAME DIRECTORIES [DEPENDS FLOOR...] [HEADERS HEADER...])
# Library epollcheck_NAME of the .cc files in DIRECTORIES; test program NAME_tests of their
# *_test.cc files; main.cc is left to an executable. HEADERS are those that many of the files
# include and that take longer to compile than most of these: they are precompiled.
function(epollcheck_floor name directories)
  cmake_parse_arguments(FLOOR "" "" "DEPENDS;HEADERS" ${ARGN})
  set(sources "")
  set(tests "")
  foreach(directory IN LISTS directories)
    file(GLOB found CONFIGURE_DEPENDS ${directory}/*.cc)
    list(APPEND sources ${found})
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  add_library(epollcheck_${name} STATIC ${sources})
  target_link_libraries(epollcheck_${name} PUBLIC epollcheck_flags fmt::fmt
                        nlohmann_json::nlohmann_json CLI11::CLI11)
  if(FLOOR_HEADERS)
    target_precompile_headers(epollcheck_${name} PRIVATE ${FLOOR_HEADERS})
    target_compile_options(epollcheck_${name} PRIVATE
                           $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
  foreach(floor IN LISTS FLOOR_DEPENDS)
    target_link_libraries(epollcheck_${name} PUBLIC epollcheck_${floor})
  endforeach()
  if(TARGET epollcheck_${name}_data)
    add_dependencies(epollcheck_${name} epollcheck_${name}_data)
  endif()
  if(EPOLLCHECK_TESTS AND tests)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE epollcheck_${name} epollcheck_test_main)
    target_precompile_headers(${name}_tests REUSE_FROM epollcheck_test_main)
    target_compile_definitions(${name}_tests PRIVATE EPOLLCHECK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name}_tests)
  endif()
endfunction()

# The executor that misbehaves on purpose, for the tests of those that talk to one.
function(epollcheck_lying_executor)
  if(EPOLLCHECK_TESTS)
    add_executable(lying_executor harness/target/lying/main.cc)
    target_link_libraries(lying_executor PRIVATE epollcheck_target)
    add_dependencies(target_tests lying_executor)
    target_compile_definitions(target_tests PRIVATE
                               EPOLLCHECK_LYING_EXECUTOR="$<TARGET_FILE:lying_executor>")
  endif()
endfunction()

# model/rules/*.rules become rule_table.inc and its like: ids as enumerations, texts as tables.
function(epollcheck_generate_rules directory output)
  file(GLOB rules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${directory}/*.rules)
  set(tables ${output}/rule_ids.inc ${output}/rule_tiers.inc ${output}/rule_table.inc
             ${output}/rule_manuals.inc ${output}/version_ids.inc ${output}/version_table.inc)
  add_custom_command(
    OUTPUT ${tables}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/embed_rules.py ${output} ${rules}
    DEPENDS ${rules} ${CMAKE_SOURCE_DIR}/cmake/embed_rules.py VERBATIM)
  add_custom_target(epollcheck_model_data DEPENDS ${tables})
endfunction()

# The files *SUFFIX below DIRECTORY become FILE.inc, so that the installed binary needs no files. An
# option of embed_cases.py may follow.
function(epollcheck_embed directory suffix file)
  file(GLOB_RECURSE texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${directory}/*${suffix})
  add_custom_command(
    OUTPUT ${file}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/embed_cases.py
            ${file} ${CMAKE_SOURCE_DIR}/${directory} ${suffix} ${ARGN}
    DEPENDS ${texts} ${CMAKE_SOURCE_DIR}/cmake/embed_cases.py VERBATIM)
endfunction()

# What the conformance floor carries: its cases and its universes.
function(epollcheck_embed_cases output)
  epollcheck_embed(conformance/cases .ep ${output}/embedded_cases.inc)
  epollcheck_embed(conformance/universes .universe ${output}/embedded_universes.inc)
  add_custom_target(epollcheck_conformance_data
                    DEPENDS ${output}/embedded_cases.inc ${output}/embedded_universes.inc)
endfunction()

# What the stress floor carries: its scenarios.
function(epollcheck_embed_scenarios output)
  epollcheck_embed(stress/scenarios .scenario ${output}/embedded_scenarios.inc)
  add_custom_target(epollcheck_stress_data DEPENDS ${output}/embedded_scenarios.inc)
endfunction()
