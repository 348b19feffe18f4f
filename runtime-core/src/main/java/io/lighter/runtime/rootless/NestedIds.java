package io.lighter.runtime.rootless;

import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of a container whose user namespace lies in one that {@link UserNamespaceEntrance} has
 * made: a specification names those of the host, and there they have other numbers.
 *
 * @param uids the user ids of the namespace around it, and what they are on the host
 * @param gids the group ids
 */
public record NestedIds(List<IdMapping> uids, List<IdMapping> gids) {
  public NestedIds {
    uids = List.copyOf(uids);
    gids = List.copyOf(gids);
  }

  /**
   * Looks at the namespace of this process.
   *
   * @throws IOException when proc(5) is not mounted
   */
  public static NestedIds read() throws IOException {
    return new NestedIds(
        parse(Files.readString(Path.of("/proc/self/uid_map"))),
        parse(Files.readString(Path.of("/proc/self/gid_map"))));
  }

  /** Reads the lines of a map: the first id inside, the first outside, how many. */
  static List<IdMapping> parse(String map) {
    List<IdMapping> lines = new ArrayList<>();
    for (String line : map.lines().toList()) {
      String[] columns = line.strip().split("\\s+", -1);
      lines.add(
          new IdMapping(
              Long.parseLong(columns[0]), Long.parseLong(columns[1]), Long.parseLong(columns[2])));
    }
    return lines;
  }

  /**
   * Returns a specification that means here what the given one means to the user.
   *
   * @throws UnsupportedSpecException when it has no user namespace of its own, or maps an id that
   *     is neither the user's nor lent to the user
   */
  public Spec of(Spec spec) {
    LinuxConfig linux = spec.linuxOrEmpty();
    if (!linux.createsNamespace(NamespaceType.USER)) {
      throw new UnsupportedSpecException(
          "linux.namespaces",
          "a container of an ordinary user without a user namespace of its own",
          "add {\"type\": \"user\"}, linux.uidMappings and linux.gidMappings, as `lighter oci spec"
              + " --rootless` writes them");
    }
    return spec.with(
        s ->
            s.linux =
                linux.with(
                    l -> {
                      l.uidMappings = nested("linux.uidMappings", linux.uidMappings(), uids);
                      l.gidMappings = nested("linux.gidMappings", linux.gidMappings(), gids);
                    }));
  }

  private static List<IdMapping> nested(
      String field, List<IdMapping> wanted, List<IdMapping> around) {
    List<IdMapping> lines = new ArrayList<>();
    for (IdMapping line : wanted) {
      // What is in one piece to the user may lie in several here.
      for (long done = 0; done < line.size(); ) {
        long host = line.hostId() + done;
        IdMapping range = holding(field, host, around);
        long offset = host - range.hostId();
        long size = Math.min(line.size() - done, range.size() - offset);
        lines.add(new IdMapping(line.containerId() + done, range.containerId() + offset, size));
        done += size;
      }
    }
    return lines;
  }

  private static IdMapping holding(String field, long host, List<IdMapping> around) {
    for (IdMapping range : around) {
      if (host >= range.hostId() && host - range.hostId() < range.size()) {
        return range;
      }
    }
    throw new UnsupportedSpecException(
        field,
        "mapping the id " + host + " of the host",
        "it is neither the user's own nor lent to the user; root lends ids by a line in /etc/subuid"
            + " and in /etc/subgid, and newuidmap and newgidmap (Debian's package uidmap) map"
            + " them");
  }
}
