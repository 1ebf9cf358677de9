package mall.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The shop's front door: forwards GET requests by the route table, answers probes at /health itself. */
public final class GatewayApplication {
    private static final String DEFAULT_ROUTES = "/api/product=http://mall-product:8080/product";
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final RouteTable routes;

    GatewayApplication(RouteTable routes) {
        this.routes = routes;
    }

    HttpServer start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/health", exchange -> answer(exchange, 200, bytes("{\"status\":\"UP\"}")));
        server.createContext("/", this::forward);
        server.start();
        return server;
    }

    private void forward(HttpExchange exchange) throws IOException {
        Optional<URI> target = routes.target(exchange.getRequestURI().getPath());
        if (!target.isPresent()) {
            answer(exchange, 404, bytes("{\"error\":\"no route\"}"));
            return;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(target.get()).timeout(Duration.ofSeconds(5)).build();
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            answer(exchange, response.statusCode(), response.body());
        } catch (IOException e) {
            answer(exchange, 502, bytes("{\"error\":\"service does not answer\"}"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(exchange, 503, bytes("{\"error\":\"shutting down\"}"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        RouteTable routes = RouteTable.parse(System.getenv().getOrDefault("ROUTES", DEFAULT_ROUTES));
        new GatewayApplication(routes).start(port);
        System.out.println("mall-gateway listens on port " + port);
    }
}
