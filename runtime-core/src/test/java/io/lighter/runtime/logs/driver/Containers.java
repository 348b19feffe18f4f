package io.lighter.runtime.logs.driver;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The container whose log the tests keep. */
final class Containers {
  static final String ID = "0123456789ab" + "cdef".repeat(13);

  private Containers() {}

  static ContainerInfo web(Path folder) {
    return new ContainerInfo(
        ID,
        "web",
        "sha256:fedcba9876543210",
        "nginx:1.27",
        List.of("nginx", "-g", "daemon off;"),
        Instant.parse("2026-01-02T03:04:05.060Z"),
        Map.of("com.example.team", "blue & green", "tier", "front"),
        List.of("PATH=/bin", "STAGE=test", "EMPTY=", "ODD"),
        "lighter",
        folder);
  }

  static ContainerInfo web() {
    return web(Path.of("/nowhere"));
  }
}
