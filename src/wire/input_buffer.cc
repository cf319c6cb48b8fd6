#include "wire/input_buffer.h"

#include <cstring>
#include <utility>

#include "wire/limits.h"

namespace ordinal::wire {

InputBuffer::InputBuffer() { Resize(kInputBytesInitial); }

void InputBuffer::Resize(std::size_t capacity) {
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ > begin_) std::memcpy(bytes.get(), bytes_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  capacity_ = capacity;
  bytes_ = std::move(bytes);
}

std::span<char> InputBuffer::Prepare() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > kInputBytesKept) Resize(kInputBytesInitial);
  } else if (capacity_ - end_ < capacity_ / 4) {
    if (end_ - begin_ > capacity_ / 2) {
      Resize(capacity_ * 2);
    } else {
      std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

}  // namespace ordinal::wire
