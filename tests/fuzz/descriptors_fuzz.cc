// Decodes any bytes as a catalog descriptor.

#include "base/error.h"
#include "catalog/descriptor.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ordinal;
  try {
    const catalog::Descriptor descriptor =
        catalog::DecodeDescriptor({reinterpret_cast<const char*>(data), size});
    const std::string bytes = catalog::EncodeDescriptor(descriptor);
    const std::string again = catalog::EncodeDescriptor(catalog::DecodeDescriptor(bytes));
    fuzz::Require(bytes == again, "what was decoded encodes again");
    if (const auto* table = std::get_if<catalog::TableDescriptor>(&descriptor)) {
      for (const auto& column : table->columns) {
        fuzz::Require(types::FindType(static_cast<base::Oid>(column.type.id)) != nullptr,
                      "a column has a type");
      }
    }
  } catch (const base::Error& error) {
    fuzz::Require(error.report().sqlstate == base::sqlstate::kDataCorrupted, "a damaged descriptor is XX001");
  }
  return 0;
}
