package io.lighter.proxy.config;

import io.lighter.proxy.kube.ProxyNode;
import java.nio.file.Path;
import java.util.List;

/**
 * Services that are read from Kubernetes objects.
 *
 * @param manifests files, and folders of files, of Service and EndpointSlice objects; at least one
 * @param node which services have the endpoints of, and whose addresses node ports are at
 */
public record KubernetesInput(List<Path> manifests, ProxyNode node) {
  /** Checks that there is something to read. */
  public KubernetesInput {
    manifests = List.copyOf(manifests);
    if (manifests.isEmpty()) {
      throw new IllegalArgumentException("kubernetes needs at least one file or folder");
    }
  }
}
