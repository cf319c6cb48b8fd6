#include "session/cursor.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace ordinal::session {

using sql::FetchDirection;
using sql::FetchParts;

Cursor::Cursor(Source source, bool scroll, sql::SessionServices& services)
    : source_(std::move(source)), scroll_(scroll), budget_(services), memory_(budget_) {}

void Cursor::RequireScroll() const {
  if (scroll_) return;
  throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState, "cursor can only scan forward")
      .Hint("Declare it with SCROLL option to enable backward scan.");
}

void Cursor::Keep(const types::Row& row) {
  memory_.AddRow(row);
  kept_.push_back(row);
}

bool Cursor::Next(types::Row& row) {
  if (position_ < read_) {
    ++position_;
    row = kept_[static_cast<std::size_t>(position_ - first_kept_)];
    return true;
  }
  if (!exhausted_) exhausted_ = !source_(row);
  if (exhausted_) {
    position_ = read_ + 1;
    return false;
  }
  position_ = ++read_;
  if (scroll_) Keep(row);
  return true;
}

bool Cursor::Prior(types::Row& row) {
  RequireScroll();
  if (position_ <= 1) {
    position_ = 0;
    return false;
  }
  --position_;
  row = kept_[static_cast<std::size_t>(position_ - first_kept_)];
  return true;
}

// Stops after the last row where there are not as many.
void Cursor::MoveTo(std::int64_t position) {
  types::Row row;
  if (position < position_) {
    RequireScroll();
    position_ = position;
    return;
  }
  while (position_ < position && Next(row)) {
  }
}

Cursor::Walk Cursor::Begin(const FetchParts& fetch) {
  const bool turns = fetch.count < 0;
  const std::int64_t count = turns ? -fetch.count : fetch.count;
  switch (fetch.direction) {
    case FetchDirection::kForward:
    case FetchDirection::kBackward:
      if (count == 0) break;
      return {.forward = (fetch.direction == FetchDirection::kForward) != turns, .left = count};
    case FetchDirection::kAbsolute:
      if (!turns && count > 0) {
        MoveTo(count - 1);
        return {.forward = true, .left = 1};
      }
      if (turns) {
        // The row behind the one that is wanted, so that a step back gives it.
        RequireScroll();
        types::Row row;
        while (Next(row)) {
        }
        position_ = std::max<std::int64_t>(read_ + 2 - count, 1);
        return {.forward = false, .left = 1};
      }
      MoveTo(0);
      return {};
    case FetchDirection::kRelative:
      if (count == 0) break;
      if (!turns) {
        MoveTo(count - 1 > INT64_MAX - position_ ? INT64_MAX : position_ + count - 1);
        return {.forward = true, .left = 1};
      }
      RequireScroll();
      position_ = std::max<std::int64_t>(position_ - count + 1, 1);
      return {.forward = false, .left = 1};
  }
  RequireScroll();
  return {.again = on_row()};
}

bool Cursor::Step(Walk& walk, types::Row& row) {
  if (walk.again) {
    walk.again = false;
    row = kept_[static_cast<std::size_t>(position_ - first_kept_)];
    return true;
  }
  if (walk.left == 0) return false;
  if (walk.left != FetchParts::kAll) --walk.left;
  if (walk.forward ? Next(row) : Prior(row)) return true;
  walk.left = 0;
  return false;
}

void Cursor::Hold() {
  if (!scroll_) first_kept_ = read_ + 1;
  types::Row row;
  while (!exhausted_ && source_(row)) {
    ++read_;
    Keep(row);
  }
  exhausted_ = held_ = true;
  source_ = nullptr;
}

}  // namespace ordinal::session
