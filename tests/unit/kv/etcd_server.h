// Runs an etcd of one member for the tests of one process, on a free loopback port, with its data in a
// temporary directory.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "kv/etcd/etcd_engine.h"

namespace ordinal::kv {

class EtcdServer {
 public:
  explicit EtcdServer(std::vector<std::string> flags = {}, const std::string& scheme = "http") {
    static int count = 0;
    directory_ = std::filesystem::temp_directory_path() /
                 ("ordinal-etcd-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    client_port_ = FreePort();
    peer_port_ = FreePort();
    Start(std::move(flags), scheme);
  }
  ~EtcdServer() {
    Signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(directory_);
  }
  EtcdServer(const EtcdServer&) = delete;
  EtcdServer& operator=(const EtcdServer&) = delete;

  // One server that all tests of the process share; each takes a prefix of its own.
  static EtcdServer& Shared() {
    static EtcdServer server({"--max-txn-ops=20000", "--max-request-bytes=16777216"});
    return server;
  }

  // SIGCONT makes it come back from Hang().
  void Signal(int signal) const { ::kill(pid_, signal); }

  // Returns when all its threads have stopped: the signal alone leaves them time to answer.
  void Hang() const {
    Signal(SIGSTOP);
    ::waitpid(pid_, nullptr, WUNTRACED);
  }

  EtcdOptions Options() const {
    static int prefixes = 0;
    EtcdOptions options;
    options.endpoints = {"127.0.0.1:" + std::to_string(client_port_)};
    options.prefix = "test" + std::to_string(++prefixes) + "/";
    return options;
  }

 private:
  static int FreePort() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no free port");
    }
    ::close(probe);
    return ntohs(address.sin_port);
  }

  void Start(std::vector<std::string> flags, const std::string& scheme) {
    const std::string client = scheme + "://127.0.0.1:" + std::to_string(client_port_);
    const std::string peer = "http://127.0.0.1:" + std::to_string(peer_port_);
    std::vector<std::string> words = {"etcd",
                                      "--data-dir=" + directory_.string(),
                                      "--name=test",
                                      "--listen-client-urls=" + client,
                                      "--advertise-client-urls=" + client,
                                      "--listen-peer-urls=" + peer,
                                      "--initial-advertise-peer-urls=" + peer,
                                      "--initial-cluster=test=" + peer,
                                      "--heartbeat-interval=20",
                                      "--election-timeout=200",
                                      "--logger=zap",
                                      "--log-outputs=/dev/null"};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, STDOUT_FILENO);
      ::dup2(null, STDERR_FILENO);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
  }

  std::filesystem::path directory_;
  int client_port_ = 0;
  int peer_port_ = 0;
  ::pid_t pid_ = 0;
};

}  // namespace ordinal::kv
