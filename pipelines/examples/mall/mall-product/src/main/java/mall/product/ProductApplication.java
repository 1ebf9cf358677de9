package mall.product;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** GET /product lists the catalogue, GET /product/ID shows one, GET /health answers probes. */
public final class ProductApplication {
    private static final String PREFIX = "/product/";
    private final Catalogue catalogue;

    ProductApplication(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    HttpServer start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/health", exchange -> answer(exchange, 200, "{\"status\":\"UP\"}"));
        server.createContext("/product", this::product);
        server.start();
        return server;
    }

    private void product(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith(PREFIX)) {
            answer(exchange, 200, catalogue.toJson());
            return;
        }
        Optional<Product> found = parseId(path.substring(PREFIX.length())).flatMap(catalogue::find);
        if (found.isPresent()) {
            answer(exchange, 200, found.get().toJson());
        } else {
            answer(exchange, 404, "{\"error\":\"no such product\"}");
        }
    }

    private static Optional<Long> parseId(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        new ProductApplication(Catalogue.sample()).start(port);
        System.out.println("mall-product listens on port " + port);
    }
}
