# The standalone executor: one static binary below 2 MB, with nothing in it beyond libc and
# libstdc++. It is made from its sources with options of its own, because the libraries of the floors
# are optimized for speed and bring std::locale in (by way of fmt).

# What is needed of the floors. Of the larger ones only what runs and judges programs.
set(EPOLLCHECK_EXECUTOR_PATTERNS
    model/vocabulary/*.cc model/rules/*.cc model/world/*.cc model/eventpoll/*.cc model/kinds/*.cc
    model/judgement/belief.cc model/judgement/step.cc model/judgement/concurrent_step.cc
    model/judgement/concurrent_rules.cc
    model/judgement/world_key.cc stress/history/components.cc stress/history/epoll_model.cc
    stress/history/history_judge.cc harness/program/*.cc harness/executor/*.cc
    harness/wire/*.cc harness/target/target.cc harness/target/in_process_target.cc
    harness/check/blame.cc harness/check/calibrate.cc harness/check/case_check.cc
    harness/check/cause.cc harness/check/features.cc harness/check/judge.cc harness/check/prediction.cc
    harness/check/probe_profile.cc harness/check/race_cause.cc harness/check/readiness_finding.cc
    harness/check/reason_not_to_run.cc
    reports/describe_deviation.cc reports/results.cc reports/tap_report.cc
    conformance/case_cause.cc conformance/case_runner.cc conformance/concurrent_case.cc conformance/embedded_cases.cc harness/standalone/*.cc)

# fmt is the only foreign code: its headers, which are the same for every architecture, and its
# source without locales.
find_path(EPOLLCHECK_FMT_HEADERS fmt/format-inl.h NO_CMAKE_FIND_ROOT_PATH
          PATHS /usr/include REQUIRED)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/foreign)
file(CREATE_LINK ${EPOLLCHECK_FMT_HEADERS}/fmt ${CMAKE_BINARY_DIR}/foreign/fmt SYMBOLIC)

# It has a constructor that takes the arguments of main. GCC calls constructors without any where it
# optimizes the whole program.
set_source_files_properties(harness/executor/process_helper.cc PROPERTIES COMPILE_OPTIONS -fno-lto)

# Its cases are without what it never shows.
set(EPOLLCHECK_BARE_CASES ${CMAKE_BINARY_DIR}/generated/bare/conformance/embedded_cases.inc)
epollcheck_embed(conformance/cases .ep ${EPOLLCHECK_BARE_CASES} --bare)
add_custom_target(epollcheck_bare_cases DEPENDS ${EPOLLCHECK_BARE_CASES})

# epollcheck_executor(NAME LINK_OPTION...)
function(epollcheck_executor name)
  set(sources "")
  foreach(pattern IN LISTS EPOLLCHECK_EXECUTOR_PATTERNS)
    file(GLOB found CONFIGURE_DEPENDS ${pattern})
    list(APPEND sources ${found})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/program/(emit_c|generator|enumerator|universe|shrink)[a-z_]*\\.cc$")
  add_executable(${name} ${sources} cmake/fmt_without_locales.cc)
  add_dependencies(${name} epollcheck_model_data epollcheck_bare_cases)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated/bare
                                             ${CMAKE_BINARY_DIR}/generated)
  target_include_directories(${name} SYSTEM PRIVATE ${CMAKE_BINARY_DIR}/foreign)
  target_compile_definitions(${name} PRIVATE EPOLLCHECK_RELEASE="${PROJECT_VERSION}"
                             FMT_STATIC_THOUSANDS_SEPARATOR=',')
  # All of it is optimized at once, which makes it smaller and finds names that mean two things.
  # It runs where it is linked for: on i686, code for any address is larger.
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror -Os -flto=auto
                         -fno-fat-lto-objects)
  target_link_options(${name} PRIVATE -Os -flto=auto -fno-pie -no-pie -Wl,--gc-sections
                      -Wl,-z,noseparate-code -Wl,--build-id=none -s ${ARGN})
endfunction()

epollcheck_executor(epollcheck-executor -static)
# The same with a C library that can be preloaded over (--calls libc): built when it is asked for.
epollcheck_executor(epollcheck-executor-dynamic -static-libgcc -static-libstdc++)
set_target_properties(epollcheck-executor-dynamic PROPERTIES EXCLUDE_FROM_ALL ON)
