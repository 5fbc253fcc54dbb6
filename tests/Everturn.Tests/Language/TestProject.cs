using System.Text;
using System.Text.Json.Nodes;
using Everturn.Language.Projects;

namespace Everturn.Tests.Language;

/// <summary>A small project as Azure exports it, which a test may change.</summary>
internal static class TestProject
{
    public const string Json =
        """
        {
          "projectFileVersion": "2023-04-01",
          "stringIndexType": "Utf16CodeUnit",
          "metadata": {
            "projectKind": "Conversation", "projectName": "Shop", "language": "en-us", "multilingual": true,
            "description": "", "settings": { "confidenceThreshold": 0.4 }
          },
          "assets": {
            "projectKind": "Conversation",
            "intents": [ { "category": "Order" }, { "category": "Cancel" }, { "category": "Greet" }, { "category": "None" } ],
            "entities": [
              { "category": "Size", "compositionSetting": "combineComponents", "list": { "sublists": [
                { "listKey": "large", "synonyms": [ { "language": "en-us", "values": [ "large", "very big", "big" ] }, { "language": "de", "values": [ "groß", "große" ] } ] },
                { "listKey": "small", "synonyms": [ { "language": "en-us", "values": [ "small" ] }, { "language": "ja", "values": [ "小さい" ] } ] } ] } },
              { "category": "Topping", "compositionSetting": "combineComponents" },
              { "category": "Count", "prebuilts": [ { "category": "Quantity.Number" } ] },
              { "category": "OrderId", "regex": { "expressions": [ { "regexKey": "order", "language": "en-us", "regexPattern": "#[0-9]{3,}" } ] } }
            ],
            "utterances": [
              { "text": "a pizza with ham", "language": "en-us", "intent": "Order", "dataset": "Train", "entities": [ { "category": "Topping", "offset": 13, "length": 3 } ] },
              { "text": "order a large pizza with cheese", "language": "en-us", "intent": "Order", "entities": [ { "category": "Topping", "offset": 25, "length": 6 } ] },
              { "text": "I would like a small pizza with mushrooms", "intent": "Order", "entities": [ { "category": "Topping", "offset": 32, "length": 9 } ] },
              { "text": "two pizzas with olives please", "intent": "Order", "entities": [ { "category": "Topping", "offset": 16, "length": 6 } ] },
              { "text": "Ich möchte eine große Pizza mit Schinken", "language": "de", "intent": "Order", "entities": [ { "category": "Topping", "offset": 32, "length": 8 } ] },
              { "text": "ピザをください", "language": "ja", "intent": "Order" },
              { "text": "cancel my order", "language": "en-us", "intent": "Cancel" },
              { "text": "please cancel order #123", "intent": "Cancel" },
              { "text": "I don't want it any more", "intent": "Cancel" },
              { "text": "Bestellung stornieren", "language": "de", "intent": "Cancel" },
              { "text": "注文をキャンセル", "language": "ja", "intent": "Cancel" },
              { "text": "hello", "language": "en-us", "intent": "Greet" },
              { "text": "good morning", "intent": "Greet" },
              { "text": "guten Tag", "language": "de", "intent": "Greet" },
              { "text": "こんにちは", "language": "ja", "intent": "Greet" },
              { "text": "what is the weather", "intent": "None" },
              { "text": "hello there", "intent": "Greet", "dataset": "Test" }
            ]
          }
        }
        """;

    public static LanguageProject Read() => LanguageProject.Parse(Encoding.UTF8.GetBytes(Json));

    /// <summary>Reads it after a change.</summary>
    public static LanguageProject Read(Action<JsonNode> change)
    {
        var node = JsonNode.Parse(Json)!;
        change(node);
        return LanguageProject.Parse(Encoding.UTF8.GetBytes(node.ToJsonString()), "shop.json");
    }
}
