package io.lighter.proxy.relay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Pieces of memory for what a slow receiver has not taken. What was made once is kept. */
final class ChunkPool {
  private final Arena arena;
  private final int size;
  private final List<MemorySegment> free = new ArrayList<>();

  ChunkPool(Arena arena, int size) {
    this.arena = arena;
    this.size = size;
  }

  MemorySegment take() {
    return free.isEmpty() ? arena.allocate(size) : free.removeLast();
  }

  void giveBack(MemorySegment chunk) {
    free.add(chunk);
  }
}
