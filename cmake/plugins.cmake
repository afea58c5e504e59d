# Plug-ins: libraries with an epoll of their own, for epollcheck_plugin.h. They are plain C and use
# nothing of the floors but that header.

add_library(epoll_on_poll MODULE harness/plugins/epoll_on_poll.c
            harness/plugins/epoll_on_poll_defects.c)
add_library(minimal_plugin MODULE harness/plugins/minimal.c)
add_library(faulty_plugin MODULE harness/plugins/faulty.c)

foreach(plugin epoll_on_poll minimal_plugin faulty_plugin)
  set_target_properties(${plugin} PROPERTIES PREFIX "" C_STANDARD 11
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  target_include_directories(${plugin} PRIVATE ${CMAKE_SOURCE_DIR}
                             ${CMAKE_SOURCE_DIR}/harness/target)
  target_compile_options(${plugin} PRIVATE -Wall -Wextra -Werror)
  target_link_libraries(${plugin} PRIVATE Threads::Threads)
endforeach()
set_target_properties(epoll_on_poll PROPERTIES C_VISIBILITY_PRESET hidden)

install(TARGETS epoll_on_poll LIBRARY DESTINATION lib/epollcheck)
install(FILES harness/target/epollcheck_plugin.h DESTINATION include)

target_link_libraries(epollcheck_target PRIVATE ${CMAKE_DL_LIBS})
if(TARGET target_tests)
  add_dependencies(target_tests epoll_on_poll minimal_plugin faulty_plugin)
  target_compile_definitions(target_tests PRIVATE
                             EPOLLCHECK_PLUGINS="${CMAKE_BINARY_DIR}/plugins")
endif()
