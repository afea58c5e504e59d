// Whether programs with threads can be observed here: the probe of the feature `threads`.

#pragma once

namespace epollcheck {

/// True if a thread can be started, and ThreadState tells when it sleeps and when it has run. On
/// some emulations it says of every thread that it sleeps, or of none.
bool can_watch_threads();

}  // namespace epollcheck
