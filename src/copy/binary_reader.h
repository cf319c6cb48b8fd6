// Reads the binary format of COPY FROM. Private to the room.
#pragma once

#include "copy/reader.h"

namespace ordinal::copy {

class BinaryReader final : public Reader {
 public:
  explicit BinaryReader(std::size_t columns) : columns_(columns) {}

  bool Next(Fields& fields) override;

 private:
  // False when the header is not all there yet.
  bool ReadHeader();
  // Finds the fields of the record that begins at begin_; false when it is not all there yet.
  bool ReadFields(Fields& fields);
  bool Has(std::size_t at, std::size_t bytes) const;

  const std::size_t columns_;
  bool header_read_ = false;
  bool finished_ = false;
};

}  // namespace ordinal::copy
