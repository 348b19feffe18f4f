package io.lighter.proxy.process;

import io.lighter.proxy.config.KubernetesInput;
import io.lighter.proxy.kube.Differences;
import io.lighter.proxy.kube.HealthCheckNode;
import io.lighter.proxy.kube.ManifestFiles;
import io.lighter.proxy.kube.ServiceProxyRules;
import io.lighter.proxy.service.Service;
import java.io.IOException;
import java.util.List;

/** The services of Kubernetes objects in files. Not thread-safe. */
final class KubernetesServices {
  private final KubernetesInput input;
  private final ManifestFiles files;
  private final ServiceProxyRules rules;

  /** Reads nothing yet. */
  KubernetesServices(KubernetesInput input) {
    this.input = input;
    this.files = new ManifestFiles(input.manifests());
    this.rules = new ServiceProxyRules(input.node(), ServiceProxyRules.USUAL);
  }

  /** Returns what it reads. */
  KubernetesInput input() {
    return input;
  }

  /**
   * Reads what has changed.
   *
   * @throws IOException when a file cannot be read or has no objects in it; all is as before
   */
  Differences read() throws IOException {
    return rules.change(files.read());
  }

  /** Returns all services as they were read. */
  List<Service> services() {
    return rules.table().services();
  }

  /** Returns what load balancers outside are told. */
  List<HealthCheckNode> healthChecks() {
    return rules.healthChecks();
  }
}
