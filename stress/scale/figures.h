// Figures: what is one number and no series.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stress/scale/rounds.h"
#include "stress/scale/statistics.h"

namespace epollcheck::scale {

struct ScaleFigure {
    std::string name;  // stable, for machines
    std::string unit;
    Estimate value;    // low and high are the median where nothing is drawn
    std::string note;  // how it was found out
};

/// events_per_second_N: events per second of processor time, of the series `harvest`.
void add_throughput(const Series& harvests, std::vector<ScaleFigure>& figures);

/// bytes_per_watch: of the kernel's memory. `measured` are those of IdleWatches; without any, it is
/// what the limit of watches says, if it can be read.
void add_memory(const std::vector<double>& measured, std::vector<ScaleFigure>& figures);

/// fairness_least_share and fairness_most_share: of 64 files that are always ready and are asked
/// about 10 at a time, how often the least and the most reported one was, where 1 is its fair
/// share.
void add_fairness(std::vector<ScaleFigure>& figures);

/// wake_latency_p50, _p90, _p99 and _max: the time from a write to the return of a wait that is
/// blocked in another thread. Measures so many wakes, or until `enough()`.
void add_wake_latency(int wakes, const std::function<bool()>& enough,
                      std::vector<ScaleFigure>& figures);

/// timeout_lateness_p50, _p90, _p99 and _max: by how much a wait of one millisecond that finds
/// nothing lasts longer. Measures so many waits, or until `enough()`.
void add_timeout_lateness(int waits, const std::function<bool()>& enough,
                          std::vector<ScaleFigure>& figures);

/// NAME_p50, _p90, _p99 and _max of `values_us`, microseconds; nothing if there are none.
void add_quantiles(const std::string& name, const std::vector<double>& values_us,
                   const std::string& note, std::vector<ScaleFigure>& figures);

}  // namespace epollcheck::scale
