package io.lighter.proxy.service;

import java.util.List;

/**
 * What the processes of this machine get from a service, where it is other than what clients get
 * who come over the network: so is it with {@code externalTrafficPolicy: Local} of Kubernetes.
 *
 * @param endpoints each address once
 * @param noEndpoint what they hear when there is none for them
 */
public record LocalClients(List<Endpoint> endpoints, NoEndpoint noEndpoint) {
  /** Copies the list. */
  public LocalClients {
    endpoints = List.copyOf(endpoints);
  }
}
