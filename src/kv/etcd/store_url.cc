#include <string_view>

#include "base/error.h"
#include "kv/etcd/etcd_engine.h"

namespace ordinal::kv {
namespace {

constexpr std::string_view kPlain = "etcd://";
constexpr std::string_view kTls = "etcds://";

[[noreturn]] void ThrowMalformed(const std::string& reason) {
  throw base::Error(base::sqlstate::kInvalidParameterValue,
                    "the address of the store is malformed: " + reason)
      .Hint("Write etcd://HOST:PORT[,HOST:PORT...][/PREFIX], or etcds:// for TLS.");
}

// Cuts `text` at the first `separator`; what follows it goes to `rest`, which is empty when there is none.
std::string_view CutAt(std::string_view text, char separator, std::string_view& rest) {
  const std::size_t at = text.find(separator);
  rest = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return text.substr(0, at);
}

void ReadEndpoints(std::string_view list, EtcdOptions& options) {
  while (!list.empty()) {
    std::string_view rest;
    const std::string_view endpoint = CutAt(list, ',', rest);
    const std::size_t colon = endpoint.rfind(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 == endpoint.size()) {
      ThrowMalformed("\"" + std::string(endpoint) + "\" is not HOST:PORT");
    }
    if (endpoint.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
      ThrowMalformed("\"" + std::string(endpoint) + "\" has no number for its port");
    }
    options.endpoints.emplace_back(endpoint);
    list = rest;
  }
  if (options.endpoints.empty()) ThrowMalformed("it names no endpoint");
}

}  // namespace

bool IsStoreUrl(const std::string& url) { return url.starts_with(kPlain) || url.starts_with(kTls); }

EtcdOptions ParseStoreUrl(const std::string& url) {
  if (!IsStoreUrl(url)) ThrowMalformed("it does not begin with etcd:// or etcds://");
  EtcdOptions options;
  options.tls = url.starts_with(kTls);
  std::string_view text = std::string_view(url).substr(options.tls ? kTls.size() : kPlain.size());
  std::string_view prefix;
  text = CutAt(text, '/', prefix);
  if (!prefix.empty()) {
    options.prefix = prefix;
    if (options.prefix.back() != '/') options.prefix += '/';
  }
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    std::string_view password;
    options.user = CutAt(text.substr(0, at), ':', password);
    options.password = password;
    if (options.user.empty()) ThrowMalformed("the user before @ is empty");
    text = text.substr(at + 1);
  }
  ReadEndpoints(text, options);
  return options;
}

}  // namespace ordinal::kv
