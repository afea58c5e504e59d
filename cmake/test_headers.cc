// Nothing but a reason for the precompiled header of the tests: it is made for a target that has a
// source which uses it, and test_main.cc has to read Catch2's header in its own way.
