package io.lighter.testing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process has at one moment, read from {@code /proc} without opening anything that stays.
 * For tests that {@link LeavesNothing} does not fit, as when another process is killed:
 *
 * <pre>{@code
 * Census before = Census.take();
 * ...
 * assertThat(Census.take().leftSince(before)).isEmpty();
 * }</pre>
 *
 * Immutable.
 */
public final class Census {

  private final Map<Resource, List<String>> entries;
  private final long mappings;

  private Census(Map<Resource, List<String>> entries, long mappings) {
    this.entries = entries;
    this.mappings = mappings;
  }

  /** Counts everything now. */
  public static Census take() {
    Map<Resource, List<String>> entries = new EnumMap<>(Resource.class);
    ProcessTree tree = ProcessTree.read();
    List<Mount> mounts = Mount.ofThisProcess();
    List<String> descriptors = OwnProcess.descriptors();
    entries.put(Resource.DESCRIPTOR, descriptors);
    entries.put(Resource.THREAD, OwnProcess.threads());
    entries.put(Resource.MOUNT, mounts.stream().map(Census::describe).toList());
    entries.put(Resource.CHILD, tree.children());
    entries.put(Resource.CGROUP, CgroupFolders.below(mounts, tree));
    entries.put(Resource.NETWORK_NAMESPACE, NetworkNamespaces.of(tree, mounts, descriptors));
    return new Census(Map.copyOf(entries), OwnProcess.mappings());
  }

  /** The entries of one kind; for {@link Resource#MAPPING}, none: see {@link #mappings()}. */
  public List<String> of(Resource resource) {
    return entries.getOrDefault(resource, List.of());
  }

  /** How many memory mappings there are. */
  public long mappings() {
    return mappings;
  }

  /**
   * What is here and was not then; without the memory mappings, whose number moves by itself. Two
   * of the same where there was one are one left.
   */
  public List<Leftover> leftSince(Census before) {
    List<Leftover> left = new ArrayList<>();
    for (Resource resource : Resource.values()) {
      Map<String, Integer> had = new HashMap<>();
      before.of(resource).forEach(entry -> had.merge(entry, 1, Integer::sum));
      for (String entry : of(resource)) {
        if (had.merge(entry, -1, Integer::sum) < 0) {
          left.add(new Leftover(resource, entry));
        }
      }
    }
    return left;
  }

  private static String describe(Mount mount) {
    return mount.type()
        + " ("
        + mount.source()
        + ", root "
        + mount.root()
        + ") on "
        + mount.point();
  }
}
