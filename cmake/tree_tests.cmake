# Tests that belong to no library: the program against the kernel that it is built on, and the
# scripts of this tree.

if(EPOLLCHECK_TESTS)
  # Alone, because what it observes of blocked threads is about time.
  add_test(NAME native_kernel COMMAND epollcheck run)
  set_tests_properties(native_kernel PROPERTIES RUN_SERIAL ON)

  # Scripts are the same whatever the program is compiled with.
  if(NOT EPOLLCHECK_SANITIZE)
    add_test(NAME front_door COMMAND bash ${CMAKE_SOURCE_DIR}/harness/cli/front_door_test.sh)
  endif()
endif()
