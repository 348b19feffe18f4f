package io.lighter.proxy.kube;

/**
 * What a load balancer is told about a service whose external traffic stays on its node.
 *
 * @param port healthCheckNodePort of the service, from 1 to 65535
 * @param namespace of the Service object
 * @param name of the Service object
 * @param localEndpoints that are ready, each address counted once
 */
public record HealthCheckNode(int port, String namespace, String name, int localEndpoints) {
  /**
   * Returns the HTTP status of the answer: 200, or 503 for a node that is to get no connections.
   *
   * @param working whether the proxy itself is up to date
   */
  public int status(boolean working) {
    return working && localEndpoints > 0 ? 200 : 503;
  }
}
