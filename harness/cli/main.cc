// epollcheck, the program.

#include "harness/cli/command_line.h"

int main(int count, char** arguments) { return epollcheck::run_command_line(count, arguments); }
