# Tests that belong to no library: the program against the kernel that it is built on, and the
# scripts of this tree.

if(EPOLLCHECK_TESTS)
  # Alone, because what it observes of blocked threads is about time.
  add_test(NAME native_kernel COMMAND epollcheck run)
  set_tests_properties(native_kernel PROPERTIES RUN_SERIAL ON)

  # An epoll in user space: passes but for what its file of expectations says. Sanitizers do not
  # see into it, and would be loaded after it.
  if(NOT EPOLLCHECK_SANITIZE)
    add_test(NAME plugin_cases COMMAND epollcheck run --target epoll-on-poll)
    set_tests_properties(plugin_cases PROPERTIES RUN_SERIAL ON)
  endif()

  add_test(NAME command_line
           COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/command_line_test.sh
                   $<TARGET_FILE:epollcheck>)
  # Its slow cases are about blocked threads too.
  set_tests_properties(command_line PROPERTIES RUN_SERIAL ON)

  add_test(NAME targets
           COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/targets_test.sh $<TARGET_FILE:epollcheck>
                   $<TARGET_FILE:lying_executor>)
  add_test(NAME fuzz_verb
           COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/fuzz_test.sh $<TARGET_FILE:epollcheck>)
  add_test(NAME run_on_targets
           COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/run_targets_test.sh $<TARGET_FILE:epollcheck>)

  # A sanitizer does not see into a plug-in, and makes all costs others.
  if(NOT EPOLLCHECK_SANITIZE)
    add_test(NAME stress_scale
             COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/stress_scale_test.sh
                     $<TARGET_FILE:epollcheck> $<TARGET_FILE:epoll_on_poll>)
  endif()

  add_test(NAME denied_calls
           COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/harness/cli/denied_calls_test.py
                   $<TARGET_FILE:epollcheck>)

  # Scripts are the same whatever the program is compiled with.
  if(NOT EPOLLCHECK_SANITIZE)
    add_test(NAME executor_program
             COMMAND ${Python3_EXECUTABLE}
                     ${CMAKE_SOURCE_DIR}/harness/standalone/executor_program_test.py
                     $<TARGET_FILE:epollcheck-executor>)
    add_test(NAME front_door COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/front_door_test.sh)
    add_test(NAME style
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/harness/cli/style_test.py
                     ${CMAKE_SOURCE_DIR})
    add_test(NAME report
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/reports/report_test.py)
    add_test(NAME scale_report
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/reports/scale_report_test.py)
    add_test(NAME fuzz_report
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/reports/fuzz_report_test.py)
    add_test(NAME report_formats
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/reports/formats_test.py)
    add_test(NAME coverage_table
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/conformance/coverage_table.py --check)
    # The name is looked up when the test runs, so a tree without pytest still builds.
    add_test(NAME pytest_plugin
             COMMAND pytest-3 -q -p no:cacheprovider
                     ${CMAKE_SOURCE_DIR}/conformance/pytest_epollcheck_test.py)
    set_tests_properties(pytest_plugin PROPERTIES ENVIRONMENT
      "EPOLLCHECK=$<TARGET_FILE:epollcheck>;PYTHONDONTWRITEBYTECODE=1")
    # Alone, because what it observes of blocked threads is about time.
    add_test(NAME emitted_c
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/harness/cli/emitted_c_test.py
                     ${CMAKE_SOURCE_DIR} $<TARGET_FILE:epollcheck>)
    set_tests_properties(emitted_c PROPERTIES RUN_SERIAL ON)
    add_test(NAME documentation
             COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/harness/cli/documentation_test.py
                     ${CMAKE_SOURCE_DIR} $<TARGET_FILE:epollcheck>)
    set_tests_properties(documentation PROPERTIES RUN_SERIAL ON)  # it runs all cases, too
  endif()
endif()
