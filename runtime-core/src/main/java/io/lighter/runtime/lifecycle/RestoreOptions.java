package io.lighter.runtime.lifecycle;

import io.lighter.runtime.RestoreLaunch;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.criu.CriuSettings;

/**
 * How a container is made again.
 *
 * @param how what CRIU is told
 * @param systemdCgroup whether systemd makes its cgroup
 */
public record RestoreOptions(RestoreLaunch.How how, boolean systemdCgroup) {
  /**
   * Options for one that keeps its label.
   *
   * @param settings those of its checkpoint
   * @param stdio takes the place of the pipes and files of the host that it had; a container with a
   *     terminal of its own has none, and needs none
   */
  public static RestoreOptions of(CriuSettings settings, Stdio stdio) {
    return new RestoreOptions(new RestoreLaunch.How(settings, stdio, null, null), false);
  }
}
