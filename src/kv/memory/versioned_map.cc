#include "kv/memory/versioned_map.h"

#include <algorithm>
#include <utility>

namespace ordinal::kv {

const std::string* VersionedMap::FindIn(const Versions& versions, Revision revision) {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (it->revision <= revision) return it->value ? &*it->value : nullptr;
  }
  return nullptr;
}

const std::string* VersionedMap::Find(std::string_view key, Revision revision) const {
  const auto it = map_.find(key);
  return it == map_.end() ? nullptr : FindIn(it->second, revision);
}

Revision VersionedMap::LastWrite(std::string_view key) const {
  const auto it = map_.find(key);
  return it == map_.end() ? newest_erased_ : it->second.back().revision;
}

bool VersionedMap::Exists(std::string_view key) const {
  const auto it = map_.find(key);
  return it != map_.end() && it->second.back().value.has_value();
}

VersionedMap::Map::const_iterator VersionedMap::EndOf(const KeyRange& range) const {
  return range.end.empty() ? map_.end() : map_.lower_bound(range.end);
}

const std::string* VersionedMap::FindWriteAfter(const KeyRange& range, Revision revision) const {
  for (auto it = map_.lower_bound(range.begin); it != map_.end(); ++it) {
    if (!range.end.empty() && it->first >= range.end) break;
    if (it->second.back().revision > revision) return &it->first;
  }
  return nullptr;
}

void VersionedMap::Read(const KeyRange& range, Direction direction, Revision revision,
                        std::size_t entries_max, std::vector<Entry>& out) const {
  if (!range.end.empty() && range.begin >= range.end) return;
  auto begin = map_.lower_bound(range.begin);
  auto end = EndOf(range);
  const auto take = [&](const Map::value_type& node) {
    if (const std::string* value = FindIn(node.second, revision)) out.push_back({node.first, *value});
    return out.size() < entries_max;
  };
  if (direction == Direction::kForward) {
    while (begin != end && take(*begin)) ++begin;
  } else {
    while (begin != end && take(*--end)) {
    }
  }
}

void VersionedMap::Append(const std::string& key, Versions& versions, std::optional<std::string> value,
                          Revision revision) {
  if (!versions.empty() && versions.back().revision == revision) {
    versions.back().value = std::move(value);
    return;
  }
  if (!versions.empty() || !value) garbage_.push_back({revision, key});
  versions.push_back({revision, std::move(value)});
}

void VersionedMap::Write(std::string_view key, std::optional<std::string> value, Revision revision) {
  auto it = map_.lower_bound(key);
  if (it == map_.end() || it->first != key) it = map_.emplace_hint(it, std::string(key), Versions());
  Append(it->first, it->second, std::move(value), revision);
}

void VersionedMap::DeleteRange(const KeyRange& range, Revision revision) {
  for (auto it = map_.lower_bound(range.begin); it != map_.end(); ++it) {
    if (!range.end.empty() && it->first >= range.end) break;
    if (it->second.back().value) Append(it->first, it->second, std::nullopt, revision);
  }
}

void VersionedMap::ForgetBefore(Revision oldest) {
  while (!garbage_.empty() && garbage_.front().revision <= oldest) {
    const auto it = map_.find(garbage_.front().key);
    garbage_.pop_front();
    if (it == map_.end()) continue;
    Versions& versions = it->second;
    std::size_t needed = versions.size() - 1;
    while (needed > 0 && versions[needed].revision > oldest) --needed;
    versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(needed));
    if (versions.size() == 1 && !versions[0].value && versions[0].revision <= oldest) {
      newest_erased_ = std::max(newest_erased_, versions[0].revision);
      map_.erase(it);
    }
  }
}

std::size_t VersionedMap::VersionCount() const {
  std::size_t count = 0;
  for (const auto& [key, versions] : map_) count += versions.size();
  return count;
}

}  // namespace ordinal::kv
