using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Everturn.Language;

namespace Everturn.Azure.Clu;

/// <summary>Asks the service in one region. Every failure is a <see cref="CluException"/>.</summary>
internal sealed class CluClient(CluEndpoint endpoint, CluRecognizerOptions options, CluSignIn? signIn, HttpClient http, TimeProvider time)
{
    private const int MostSaid = 300;

    private readonly Uri _address = new(endpoint.Address!.GetLeftPart(UriPartial.Path).TrimEnd('/') + CluRequest.Path);

    public async Task<RecognizerResult> AskAsync(string text, string? locale, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = new ByteArrayContent(CluRequest.Write(text, locale, options.Project, options.Deployment)),
        };
        request.Content.Headers.ContentType = new("application/json");
        await AuthorizeAsync(request, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode ? CluAnswer.Read(body, text, locale, options.Name, endpoint.Region) : throw Refused(response, body);
        }
        catch (HttpRequestException exception)
        {
            throw new CluException("ET7002", $"no answer: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The timeout of the caller's HttpClient.
            throw new CluException("ET7002", $"no answer: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is not (CluException or OperationCanceledException))
        {
            throw CluAnswer.Malformed(exception.Message, exception);
        }
    }

    private async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (signIn is null)
        {
            request.Headers.Add("Ocp-Apim-Subscription-Key", endpoint.Key);
            return;
        }

        try
        {
            request.Headers.Authorization = new("Bearer", await signIn.TokenAsync(cancellationToken));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CluException("ET7003", $"nobody could be signed in: {exception.Message}", exception);
        }
    }

    private CluException Refused(HttpResponseMessage response, byte[] body)
    {
        var said = $"it answered {(int)response.StatusCode}{Said(body)}";
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                signIn?.Forget();
                return new("ET7003", $"{said}. Check the key, or the identity's role (Cognitive Services Language Reader).");
            case HttpStatusCode.NotFound:
                return new("ET7004", $"{said}. Check that '{options.Project}' is deployed there as '{options.Deployment}'; upper and lower case count.");
            case HttpStatusCode.TooManyRequests:
                return new("ET7005", $"{said}.") { RetryAfter = RetryAfterOf(response.Headers.RetryAfter) };
            case HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError or < HttpStatusCode.BadRequest:
                return new("ET7002", $"{said}.") { RetryAfter = response.StatusCode is HttpStatusCode.ServiceUnavailable ? RetryAfterOf(response.Headers.RetryAfter) : null };
            default:
                return new("ET7007", $"{said}.") { IsRequestsFault = true };
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? header?.Date - time.GetUtcNow();
        return pause > TimeSpan.Zero ? pause : null;
    }

    private static string Said(byte[] body)
    {
        try
        {
            var error = JsonSerializer.Deserialize(body, CluJson.Default.CluErrorBody)?.Error;
            var said = error is null ? "" : $" {error.Code}: {error.Message}";
            return said.Length > MostSaid ? said[..MostSaid] + "..." : said;
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
