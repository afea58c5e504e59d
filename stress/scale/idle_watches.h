// IdleWatches: one epoll instance per size, each with that many watches that are never ready and
// one that always is. The series about waits and about epoll_ctl are measured on them.
//
// A million files would be dear, and a million descriptors more than most processes may have. But
// epoll tells watches apart by file and number (epoll_ctl(2)), and a watch lasts as long as its
// file. So the watches are duplicates of one file on many numbers; when the numbers are used up,
// another file is put onto them, while the first one stays open elsewhere. In the end the first
// file is back, so that its watches can be changed.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stress/scale/checked_calls.h"
#include "stress/scale/descriptor_limit.h"

namespace epollcheck::scale {

struct IdleInstance {
    Descriptor instance;
    std::size_t size = 0;  // idle watches
};

struct IdleLimits {
    std::size_t largest = 1'000'000;
    /// Numbers that get other files under the eyes of an instance. Not for an epoll in user space,
    /// which may know nothing but numbers.
    bool reuse_numbers = true;
    /// Asked now and then; true ends the filling.
    std::function<bool()> enough = [] { return false; };
};

class IdleWatches {
public:
    /// The sizes that are tried: quarters of a decade, then halves.
    static const std::vector<std::size_t>& sizes();

    /// Makes and fills instances. Sizes are left out when descriptors, watches, memory or time do
    /// not suffice; notes() says so.
    explicit IdleWatches(const IdleLimits& limits);
    ~IdleWatches();
    IdleWatches(const IdleWatches&) = delete;
    IdleWatches& operator=(const IdleWatches&) = delete;

    /// In rising order of size.
    [[nodiscard]] const std::vector<IdleInstance>& instances() const { return instances_; }
    /// Numbers of the first file; an instance of size N watches the first N of them.
    [[nodiscard]] const std::vector<int>& numbers() const { return numbers_; }
    /// The file that can always be read and that each instance watches.
    [[nodiscard]] int ready() const { return ready_.fd(); }
    /// Descriptors that are left for other series.
    [[nodiscard]] std::size_t spare_descriptors() const;
    /// How much the kernel's memory grew with each file that was watched on all numbers, in bytes
    /// per watch. Empty if that could not be read.
    [[nodiscard]] const std::vector<double>& bytes_per_watch() const { return bytes_per_watch_; }
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

private:
    /// The other descriptors are numbers to watch, and files to put onto them.
    [[nodiscard]] std::size_t descriptors_for_files() const;
    [[nodiscard]] std::size_t descriptors_for_numbers() const;
    /// How many watches the largest instance may have, having noted why not more.
    std::size_t affordable(const IdleLimits& limits);
    void fill(std::size_t largest, const std::function<bool()>& enough);
    /// Watches one file on the numbers that are watch `first` and following. False if that ended
    /// the filling.
    bool fill_layer(std::size_t first, std::size_t largest, const std::function<bool()>& enough);
    /// Adds watch `index` of file `file` to each instance that has so many; why not, or "".
    std::string add_watch(std::size_t index, int file);
    /// Instances with more than `count` watches were not filled.
    void leave_out(std::size_t count, const std::string& reason);

    RaisedDescriptorLimit limit_;
    Descriptor ready_;
    std::vector<int> numbers_;
    std::vector<Descriptor> files_;
    std::vector<IdleInstance> instances_;  // closed before their files
    std::vector<double> bytes_per_watch_;
    std::vector<std::string> notes_;
};

}  // namespace epollcheck::scale
