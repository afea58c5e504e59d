// Interrupt: Ctrl-C (and SIGTERM) as a wish to stop at the next good place.

#pragma once

namespace epollcheck {

/// From now on SIGINT and SIGTERM only make interrupted() true. A second one ends the process at
/// once, for the case that the first is never heard.
void watch_for_interrupt();

/// True once somebody wants epollcheck to stop.
bool interrupted();

}  // namespace epollcheck
