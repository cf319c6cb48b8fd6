#include "kv/etcd/key_layout.h"

namespace ordinal::kv {
namespace {

// The first string after all strings of the same length that begin as `text` does; empty when there is none.
std::string Successor(std::string text) {
  while (!text.empty() && text.back() == '\xff') text.pop_back();
  if (!text.empty()) text.back() = static_cast<char>(text.back() + 1);
  return text;
}

}  // namespace

std::string KeyLayout::DeletionOfRange(const KeyRange& range) const {
  const std::string_view head = Head(range.begin);
  const bool one_table = head.size() == kHeadSize && !range.end.empty() &&
                         (Head(range.end) == head || range.end == Successor(std::string(head)));
  return one_table ? Deletion(head) : Deletion({});
}

std::pair<std::string, std::string> KeyLayout::DeletionsWithin(const KeyRange& range) const {
  std::string end = prefix_ + "y";
  if (!range.end.empty()) {
    end = Deletion(Head(range.end));
    // A longer end has keys of its own table below it.
    if (range.end.size() > kHeadSize) end += '\0';
  }
  return {Deletion(Head(range.begin)), std::move(end)};
}

}  // namespace ordinal::kv
