#include "jobs/runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/error.h"
#include "keys/key_space.h"
#include "kv/coordination.h"

namespace ordinal::jobs {
namespace {

using Now = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Rows of one step, at first. A row may take two writes and two guards, and with the row's own marker this
// stays below what etcd is asked to allow in one transaction.
constexpr std::size_t kRowsInStep = 1000;
constexpr std::int64_t kFailurePauseMicros = 500'000;
constexpr milliseconds kCallbackPause{100};
// How often orphans are looked for where nodes share the store, and ended jobs to forget elsewhere.
constexpr milliseconds kSharedPoll{5000};
constexpr milliseconds kExclusivePoll{60000};
constexpr std::int64_t kKeptMicros = std::int64_t{30} * 60 * 1'000'000;

kv::KeyRange JobRange() {
  const std::string prefix = keys::JobKey("");
  return {prefix, keys::PrefixEnd(prefix)};
}

// A job that nobody has taken yet.
bool IsNew(const kv::WatchEvent& event) {
  try {
    return event.value && DecodeJob(*event.value).owner == 0;
  } catch (const base::Error&) {
    return true;  // whoever looks for work says what is wrong with it
  }
}

}  // namespace

Runner::Runner(kv::Engine& engine, catalog::CatalogCache& catalogs, const base::Clock& clock,
               cluster::Membership* members)
    : place_{engine, catalogs, clock, members == nullptr ? 0 : members->node_id()}, members_(members) {
  if (kv::Coordination* coordination = engine.coordination(); coordination != nullptr && members != nullptr) {
    watch_ = coordination->StartWatch(
        JobRange(), engine.Latest()->revision(), [this](const std::vector<kv::WatchEvent>& events) {
          if (events.empty() || std::any_of(events.begin(), events.end(), IsNew)) {
            Wake();
          }
        });
  }
  thread_ = std::thread([this] { Run(); });
}

Runner::~Runner() {
  watch_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wakes_.notify_all();
  }
  thread_.join();
  CallBack();
}

void Runner::Wake() {
  const std::lock_guard lock(mutex_);
  look_ = true;
  wakes_.notify_all();
}

void Runner::DropTemporary(base::Oid schema) {
  const std::lock_guard lock(mutex_);
  ended_.push_back(schema);
  look_ = true;
  wakes_.notify_all();
}

void Runner::CallBackSoon(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  callbacks_.push_back(std::move(callback));
  wakes_.notify_all();
}

std::vector<Job> Runner::All() {
  std::vector<Job> jobs;
  const auto snapshot = place_.engine.Latest();
  const auto cursor = place_.engine.Scan(*snapshot, JobRange(), {});
  while (cursor->Next()) jobs.push_back(DecodeJob(cursor->value()));
  std::sort(jobs.begin(), jobs.end(), [](const Job& left, const Job& right) {
    return std::pair(left.started_micros, left.id) < std::pair(right.started_micros, right.id);
  });
  return jobs;
}

std::optional<Job> Runner::Find(const std::string& id) {
  const auto snapshot = place_.engine.Latest();
  const auto bytes = place_.engine.Get(*snapshot, keys::JobKey(id));
  return bytes ? std::optional(DecodeJob(*bytes)) : std::nullopt;
}

void Runner::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool look = std::exchange(look_, false) || Now::now() >= next_look_;
    lock.unlock();
    bool busy = false;
    try {
      if (look) {
        next_look_ = Now::now() + (members_ == nullptr ? kExclusivePoll : kSharedPoll);
        LookForWork();
      }
      busy = DoSteps();
    } catch (const std::exception& error) {
      spdlog::warn("background work was put off: {}", error.what());
      next_look_ = Now::now() + std::chrono::microseconds(kFailurePauseMicros);
    }
    lock.lock();
    Rest(lock, busy);
  }
}

// Waits for work, and calls those back who wait for it.
void Runner::Rest(std::unique_lock<std::mutex>& lock, bool busy) {
  const bool waited_for = !callbacks_.empty();
  if (!busy && !stopping_ && !look_) {
    auto until = next_look_;
    if (waited_for) until = std::min(until, next_callback_);
    if (!active_.empty()) until = std::min(until, Now::now() + kCallbackPause);
    wakes_.wait_until(lock, until,
                      [&] { return stopping_ || look_ || (!waited_for && !callbacks_.empty()); });
  }
  if (callbacks_.empty() || Now::now() < next_callback_) return;
  next_callback_ = Now::now() + kCallbackPause;
  lock.unlock();
  CallBack();
  lock.lock();
}

// A job of an owner that is not registered any more is everybody's.
bool Runner::MayTake(const Job& job, const std::vector<std::uint64_t>& live) const {
  return job.owner == place_.node || job.owner == 0 ||
         std::find(live.begin(), live.end(), job.owner) == live.end();
}

void Runner::LookForWork() {
  std::vector<Job> jobs = All();
  std::vector<std::uint64_t> live;
  if (members_ != nullptr) {
    for (const cluster::Registration& node : members_->Nodes()) live.push_back(node.id);
  }
  LookForTemporary(live);
  DropTemporaries();
  const std::int64_t now = place_.clock.WallMicros();
  for (const Job& job : jobs) {
    if (job.is_over()) {
      if (now - job.updated_micros > kKeptMicros) Forget(job, place_);
    } else if (!active_.contains(job.id) && MayTake(job, live)) {
      const bool mine = job.status == Status::kProcessing && job.owner == place_.node;
      if (mine || Claim(job, place_)) active_[job.id].rows_max = kRowsInStep;
    }
  }
}

// Finds the temporary schemas of sessions whose node is gone. Where one process owns the store, those are all
// that it finds when it starts.
void Runner::LookForTemporary(const std::vector<std::uint64_t>& live) {
  if (members_ == nullptr && std::exchange(looked_for_temporary_, true)) return;
  const auto snapshot = place_.engine.Latest();
  for (const auto& schema : place_.catalogs.At(*snapshot)->Schemas()) {
    if (!schema->temporary_of) continue;
    const bool orphaned =
        members_ == nullptr || std::find(live.begin(), live.end(), *schema->temporary_of) == live.end();
    if (!orphaned) continue;
    const std::lock_guard lock(mutex_);
    ended_.push_back(schema->oid);
  }
}

void Runner::DropTemporaries() {
  std::vector<base::Oid> schemas;
  {
    const std::lock_guard lock(mutex_);
    schemas.swap(ended_);
  }
  for (const base::Oid schema : schemas) {
    if (DropTemporarySchema(schema, place_)) continue;
    const std::lock_guard lock(mutex_);
    ended_.push_back(schema);
    next_look_ = Now::now() + std::chrono::microseconds(kFailurePauseMicros);
  }
}

bool Runner::DoSteps() {
  bool busy = false;
  for (auto entry = active_.begin(); entry != active_.end();) {
    auto& [id, active] = *entry;
    if (place_.clock.BootMicros() < active.not_before_micros) {
      ++entry;
      continue;
    }
    active.not_before_micros = place_.clock.BootMicros() + kFailurePauseMicros;  // if this throws
    const StepOutcome outcome = DoStep(id, active.rows_max, place_);
    if (outcome == StepOutcome::kOver) {
      entry = active_.erase(entry);
      next_callback_ = {};
    } else {
      Judge(outcome, active);
      ++entry;
    }
    busy = true;
  }
  return busy;
}

void Runner::Judge(StepOutcome outcome, Active& active) {
  const bool put_off =
      outcome == StepOutcome::kNoAnswer || (outcome == StepOutcome::kRefused && active.rows_max == 1);
  if (!put_off) active.not_before_micros = 0;
  if (outcome == StepOutcome::kAdvanced) {
    active.rows_max = std::min(active.rows_max * 2, kRowsInStep);
  } else {
    active.rows_max = std::max<std::size_t>(active.rows_max / 2, 1);
  }
}

void Runner::CallBack() {
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    callbacks.swap(callbacks_);
  }
  for (const auto& callback : callbacks) callback();
}

}  // namespace ordinal::jobs
