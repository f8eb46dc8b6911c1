// One side of a comparison: measures one round for each line it reads, and answers with nanoseconds a file or frame.
#pragma once
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

inline int takeTurns(const std::function<long()> &work) {
  using Clock = std::chrono::steady_clock;
  char line[64];
  while (std::fgets(line, sizeof line, stdin)) {
    const auto began = Clock::now();
    long done = 0;
    std::chrono::nanoseconds spent{0};
    do {
      const long count = work();
      if (count <= 0) return 1;
      done += count;
      spent = Clock::now() - began;
    } while (spent < std::chrono::milliseconds(300));
    std::printf("%.1f\n", double(spent.count()) / double(done));
    std::fflush(stdout);
  }
  return 0;
}

inline std::vector<unsigned char> bytesOf(const std::string &path) {
  std::vector<unsigned char> bytes;
  if (FILE *file = std::fopen(path.c_str(), "rb")) {
    std::fseek(file, 0, SEEK_END);
    bytes.resize(size_t(std::ftell(file)));
    std::rewind(file);
    if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) bytes.clear();
    std::fclose(file);
  }
  return bytes;
}
