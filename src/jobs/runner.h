// Does the jobs that lie in the store, on a thread of its own.
//
// A job outlives its node. Where one process owns the store, every unfinished job is its own, from its start
// on. Where nodes share the store, each unfinished job has one of them as its owner, by a compare-and-write
// on the job's record; when the owner's registration is gone (its lease ran out), any other node takes over
// where it had come to. A node that only seemed dead cannot do harm: see job.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "cluster/membership.h"
#include "jobs/job.h"
#include "jobs/work.h"

namespace ordinal::kv {
class Watch;
}

namespace ordinal::jobs {

// Safe from any thread.
class Runner {
 public:
  // `members` is null where one process owns the store. Everything given outlives it. Unfinished jobs go on
  // at once.
  Runner(kv::Engine& engine, catalog::CatalogCache& catalogs, const base::Clock& clock,
         cluster::Membership* members);
  // Stops after the step that is under way; what is unfinished stays in the store.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Tells that a job was committed.
  void Wake();

  // Drops, soon, the temporary objects of a session that has ended. What is not dropped when the node ends,
  // the next one drops that looks for work and does not find the node registered.
  void DropTemporary(base::Oid schema);

  // All jobs that are under way or ended in the last 30 minutes, in order of their start. Reads the store.
  std::vector<Job> All();
  // One of them, as of now.
  std::optional<Job> Find(const std::string& id);

  // Calls back once, from the runner's thread, when it may be worth while to look at a job again: within a
  // fraction of a second, unless the store does not answer. The callback must not block. What still waits
  // when the runner is destroyed is called back then.
  void CallBackSoon(std::function<void()> callback);

 private:
  struct Active {
    std::size_t rows_max = 0;
    std::int64_t not_before_micros = 0;  // on the boot clock
  };

  void Run();
  void LookForWork();
  void LookForTemporary(const std::vector<std::uint64_t>& live);
  void DropTemporaries();
  bool MayTake(const Job& job, const std::vector<std::uint64_t>& live) const;
  // One step of each active job; false when none had anything to do now.
  bool DoSteps();
  void Rest(std::unique_lock<std::mutex>& lock, bool busy);
  void Judge(StepOutcome outcome, Active& active);
  void CallBack();

  Workplace place_;
  cluster::Membership* members_;
  // The runner's thread only.
  std::map<std::string, Active> active_;
  std::chrono::steady_clock::time_point next_look_;
  std::chrono::steady_clock::time_point next_callback_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable wakes_;
  bool stopping_ = false;
  bool look_ = true;
  std::vector<std::function<void()>> callbacks_;
  std::vector<base::Oid> ended_;  // temporary schemas to drop; guarded by mutex_
  bool looked_for_temporary_ = false;
  std::unique_ptr<kv::Watch> watch_;
  std::thread thread_;
};

}  // namespace ordinal::jobs
