package mall.gateway;

import java.net.URI;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;

/** Maps path prefixes to services; the longest prefix wins. "/api/product=http://mall-product:8080/product" is one route. */
public final class RouteTable {
    private final TreeMap<String, String> routes =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Reads routes separated by commas. */
    public static RouteTable parse(String text) {
        RouteTable table = new RouteTable();
        for (String route : text.split(",")) {
            String[] parts = route.trim().split("=", 2);
            if (parts.length != 2 || !parts[0].startsWith("/") || parts[1].isEmpty()) {
                throw new IllegalArgumentException("not a route: '" + route.trim() + "'");
            }
            table.routes.put(parts[0], parts[1]);
        }
        return table;
    }

    /** Where a request for this path goes, or nothing when no route covers it. */
    public Optional<URI> target(String path) {
        return routes.entrySet().stream()
                .filter(route -> covers(route.getKey(), path))
                .findFirst()
                .map(route -> URI.create(route.getValue() + path.substring(route.getKey().length())));
    }

    private static boolean covers(String prefix, String path) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
