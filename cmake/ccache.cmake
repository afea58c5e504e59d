# Compile through ccache where it is installed. Every preset includes this file at project(), so
# that a plain `cmake -S . -B somewhere` stays plain. The path is looked up on every configure and
# not cached: a ccache that was removed must not break the build.

find_program(EPOLLCHECK_CCACHE ccache NO_CACHE)
if(EPOLLCHECK_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this it does not cache what uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${EPOLLCHECK_CCACHE})
endif()
